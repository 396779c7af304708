/**
 * The reference of a package: one Markdown page, from its doc comments and its declarations.
 */
import { FileSystem } from "@effect/platform"
import { Effect } from "effect"
import { Declarations, root } from "./Declarations.ts"
import type { DocComment } from "./DocComment.ts"
import * as Module from "./Module.ts"

/** A module under the name that the package gives it. */
export interface Named extends Module.Module {
  readonly name: string
  /** As it is imported by itself. */
  readonly path: string
}

/** A package with its public modules. */
export interface Package {
  readonly name: string
  readonly modules: ReadonlyArray<Named>
}

/** Reads the modules that a package's `index.ts` names. */
export const read = Effect.fnUntraced(function* (name: string) {
  const fs = yield* FileSystem.FileSystem
  const declarations = yield* Declarations
  const index = yield* fs.readFileString(`${root}packages/${name}/src/index.ts`)
  const modules = yield* Effect.forEach(index.matchAll(/^export \* as (\w+) from "\.\/(.+)\.ts"$/gm), ([, as, path]) =>
    Effect.map(
      Module.read(`${root}packages/${name}/src/${path}.ts`, `${declarations}/packages/${name}/src/${path}.d.ts`),
      (module): Named => ({ ...module, name: as ?? "", path: path ?? "" })
    )
  )
  return { name: `@btse-wallet/${name}`, modules } satisfies Package
})

const firstSentence = (text: string): string => /^[^]*?\.(?=\s|$)/.exec(text)?.[0].replace(/\s+/g, " ") ?? text

const exampleOf = ({ examples }: DocComment) => examples

const entry = ({ docs, name, signatures }: Module.Export): ReadonlyArray<string> => {
  const said = docs.find(({ text }) => text !== "") ?? docs[0]
  return [
    `#### ${name}`,
    `*${said?.category ?? ""}, since ${said?.since ?? ""}*`,
    ...docs.flatMap(({ text }) => (text === "" ? [] : [text])),
    `\`\`\`ts ignore\n${signatures.join("\n\n")}\n\`\`\``,
    ...docs.flatMap(exampleOf).map((example) => `Example:\n\n${example}`)
  ]
}

const categories = (exports: ReadonlyArray<Module.Export>): ReadonlyArray<string> => [
  ...new Set(exports.flatMap(({ docs }) => docs.flatMap(({ category }) => category ?? [])))
]

const publicOf = ({ exports }: Module.Module) => exports.filter(({ docs }) => !docs.every(({ internal }) => internal))

const section = (module: Named, of: string): ReadonlyArray<string> => {
  const exports = publicOf(module)
  const within = categories(exports).map((category) => {
    const names = exports.filter(({ docs }) => docs.some((doc) => doc.category === category)).map(({ name }) => name)
    return `${category}: ${names.map((name) => `\`${name}\``).join(", ")}`
  })
  return [
    `### ${module.name}`,
    `\`import { ${module.name} } from "${of}"\`, or \`import * as ${module.name} from "${of}/${module.path}"\`.`,
    module.doc.text,
    ...module.doc.examples.map((example) => `Example:\n\n${example}`),
    within.map((line) => `- ${line}`).join("\n"),
    ...exports.flatMap(entry)
  ]
}

/** Writes the page. */
export const render = ({ modules, name }: Package, which: (module: Named) => boolean = () => true): string => {
  const shown = modules.filter(which)
  return `${[
    `# ${name}`,
    "Written by `pnpm docs:update` from the doc comments and the compiler's declarations; a test compares it.",
    shown
      .map((module) => `- [${module.name}](#${module.name.toLowerCase()}): ${firstSentence(module.doc.text)}`)
      .join("\n"),
    ...shown.flatMap((module) => section(module, name))
  ].join("\n\n")}\n`
}
