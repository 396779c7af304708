// Builds what is published: the declarations and modules of the packages, and the program's bundle. What was built of a
// source that is gone must not be published, so it starts anew.
import { spawnSync } from "node:child_process"
import { rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const built = ["core/dist", "ledger/dist", "sandbox/dist", "cli/dist/library"]
await Promise.all(built.map((folder) => rm(join(root, "packages", folder), { recursive: true, force: true })))

const compiler = join(root, "node_modules", "typescript", "bin", "tsc")
const { status } = spawnSync(process.execPath, [compiler, "--build", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit"
})
if (status !== 0) process.exit(status ?? 1)

await import("./build-cli.mjs")
