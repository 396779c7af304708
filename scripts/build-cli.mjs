// Bundles packages/cli/src/bin.ts to packages/cli/dist, so that `btse` starts fast and needs no build of the other
// packages. Does nothing while the bundle is newer than every source; says nothing when all is well.
import { chmod, readdir, readFile, rm, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const cli = join(root, "packages", "cli")
const outdir = join(cli, "dist")
const bin = join(outdir, "bin.js")

const modified = (path) =>
  stat(path).then(
    (stats) => stats.mtimeMs,
    () => 0
  )

const newest = async (folder) => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile())
  const times = await Promise.all(files.map((entry) => modified(join(entry.parentPath ?? entry.path, entry.name))))
  return Math.max(0, ...times)
}

const packages = await readdir(join(root, "packages"))
const sources = await Promise.all([
  ...packages.map((name) => newest(join(root, "packages", name, "src"))),
  ...packages.map((name) => modified(join(root, "packages", name, "package.json"))),
  modified(join(root, "pnpm-lock.yaml")),
  modified(fileURLToPath(import.meta.url))
])

if ((await modified(bin)) <= Math.max(...sources)) {
  const { build } = await import("esbuild")
  const { version } = JSON.parse(await readFile(join(cli, "package.json"), "utf8"))
  await rm(outdir, { recursive: true, force: true })
  await build({
    entryPoints: [join(cli, "src", "bin.ts")],
    outdir,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: true,
    // A dependency with a native part cannot be bundled; it is the package's one runtime dependency.
    external: ["better-sqlite3"],
    define: { BTSE_WALLET_VERSION: JSON.stringify(version) },
    // CommonJS dependencies call `require` at run time, which a module does not have.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);'
    },
    logLevel: "warning",
    logOverride: { "empty-import-meta": "silent" }
  })
  await chmod(bin, 0o755)
}
