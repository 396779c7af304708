// Runs the benchmarks of test/bench, or those whose names are given: `pnpm bench ClientOverhead`. See the README there.
import { spawnSync } from "node:child_process"
import { readdir } from "node:fs/promises"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const source = join(root, "test", "bench")
// Beside the dependencies of the tests, so that what cannot be bundled is found.
const outdir = join(root, "test", "node_modules", ".cache", "bench")

const files = (await readdir(source)).filter((name) => name.endsWith(".ts"))

await build({
  entryPoints: files.map((name) => join(source, name)),
  outdir,
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20",
  external: ["better-sqlite3"],
  // CommonJS dependencies call `require` at run time, which a module does not have.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);'
  },
  logLevel: "warning"
})

const wanted = process.argv.slice(2)
const names = files.filter((name) => name.endsWith(".bench.ts")).map((name) => name.slice(0, -".bench.ts".length))
const unknown = wanted.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`There is no benchmark ${unknown.join(", ")}. There are: ${names.join(", ")}\n`)
  process.exit(2)
}

process.stdout.write(`Node ${process.version}, ${process.arch}\n`)
for (const name of wanted.length === 0 ? names : wanted) {
  const { status } = spawnSync(process.execPath, ["--expose-gc", join(outdir, `${name}.bench.js`)], {
    stdio: "inherit"
  })
  if (status !== 0) process.exit(1)
}
