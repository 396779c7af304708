// Bundles packages/cli/src/bin.ts to packages/cli/dist, so that `btse` starts fast and needs no build of the other
// packages. Does nothing while the bundle is newer than every source; says nothing when all is well.
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { barrelsCut, parsersLeftOut } from "./bundling.mjs"
import { thirdPartyNotices } from "./third-party-notices.mjs"

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
  modified(fileURLToPath(import.meta.url)),
  modified(join(root, "scripts", "bundling.mjs")),
  modified(join(root, "scripts", "third-party-notices.mjs"))
])

const build = async () => {
  const started = new Date()
  const { build } = await import("esbuild")
  const { version } = JSON.parse(await readFile(join(cli, "package.json"), "utf8"))
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    metafile: true,
    // The program, and the process that it queries in.
    entryPoints: [join(cli, "src", "bin.ts"), join(cli, "src", "bin", "query.ts")],
    entryNames: "[name]",
    outdir,
    bundle: true,
    splitting: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node20",
    // Beside the files, without a line in them that leads to it: it is not published.
    sourcemap: "external",
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [barrelsCut, parsersLeftOut],
    // A dependency with a native part cannot be bundled; it is the package's one runtime dependency.
    external: ["better-sqlite3"],
    define: { BTSE_WALLET_VERSION: JSON.stringify(version) },
    // CommonJS dependencies call `require` at run time, which a module does not have.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);'
    },
    logLevel: "warning"
  })
  await mkdir(outdir, { recursive: true })
  // Each file is put in place whole and the program last, so that a build beside another one, or beside a running
  // program, breaks neither.
  for (const file of outputFiles.sort((a, b) => Number(a.path === bin) - Number(b.path === bin))) {
    const part = `${file.path}.${process.pid}.part`
    await writeFile(part, file.contents, { mode: file.path === bin ? 0o755 : 0o644 })
    // As old as the sources that were read: one that changed meanwhile is newer.
    await utimes(part, started, started)
    await rename(part, file.path)
  }
  const current = new Set(outputFiles.map(({ path }) => basename(path)))
  // The folder beside them is the library's, which another build writes.
  const files = (await readdir(outdir, { withFileTypes: true })).filter((entry) => entry.isFile())
  const stale = files.filter(({ name }) => !current.has(name) && !name.endsWith(".part"))
  await Promise.all(stale.map(({ name }) => rm(join(outdir, name), { force: true })))
  await writeFile(join(outdir, "THIRD-PARTY-NOTICES.txt"), await thirdPartyNotices(root, Object.keys(metafile.inputs)))
}

if ((await modified(bin)) <= Math.max(...sources)) await build()
