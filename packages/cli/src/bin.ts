#!/usr/bin/env node
/**
 * `btse`: what is known at once is told at once; for the rest the program is loaded.
 *
 * @since 0.1.0
 */
import * as nodeModule from "node:module"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"
import { setFlagsFromString } from "node:v8"
import * as Help from "./Help.ts"
import * as Style from "./Style.ts"

declare const BTSE_WALLET_VERSION: string

// V8 lets garbage pile up to four times what lives before it looks at what is old: a sync of a million rows held half as much
// again as one of twenty thousand. Collecting sooner costs nothing that can be measured (docs/reference/performance.md).
setFlagsFromString("--heap-growing-percent=30")

// What this process makes (books, budget, exports, logs of the database) is for its user alone, whatever the user's own mask.
process.umask(0o077)

// A reader that goes away, as `head` does, has seen enough: the command ends as it would have, with its own exit code.
// What is lost for another reason, as on a full disk, is told, and 0 is not what the program ends with.
process.stderr.on("error", () => undefined)
process.stdout.on("error", ({ code = "unknown" }: NodeJS.ErrnoException) => {
  if (code === "EPIPE" || process.exitCode !== undefined) return
  process.exitCode = 1
  process.stderr.write(`What was written to stdout is not whole (${code}). Write it elsewhere.\n`)
})

const home = (): string => {
  try {
    return homedir()
  } catch {
    return ""
  }
}

/** Compiled code of the program, where Node keeps it: in the user's own folder, because what is in it is run. */
const keepCompiled = () => {
  if (!("enableCompileCache" in nodeModule) || typeof nodeModule.enableCompileCache !== "function") return
  // @effect-diagnostics-next-line processEnv:off -- Config is part of what is not loaded yet.
  const named = process.env["XDG_CACHE_HOME"] ?? ""
  const folder = home()
  // A user without a home is told so by the command that needs one.
  const cache = isAbsolute(named) ? named : join(folder, ".cache")
  if (!isAbsolute(cache)) return
  nodeModule.enableCompileCache(join(cache, "btse-wallet"))
}

const words = process.argv.slice(2)
const [word] = words

if (words.length === 1 && word === "--version") {
  process.stdout.write(`${BTSE_WALLET_VERSION}\n`)
} else if (words.length === 0 || (words.length === 1 && (word === "--help" || word === "-h"))) {
  // @effect-diagnostics-next-line processEnv:off
  const style = Style.of(process.stdout, (process.env["NO_COLOR"] ?? "") === "")
  process.stdout.write(`${Help.render(BTSE_WALLET_VERSION, style)}\n`)
} else {
  keepCompiled()
  const { run } = await import("./bin/run.ts")
  run(BTSE_WALLET_VERSION)
}
