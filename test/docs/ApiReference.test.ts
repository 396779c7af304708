import { expect, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as ApiReference from "./ApiReference.ts"
import * as Declarations from "./Declarations.ts"

const minute = 60_000

/** The program is published with the modules that programs read; the others are its own parts. */
const published = ({ name }: ApiReference.Named) => /^(Documents?|ExitCode)$/.test(name)

layer(Declarations.layer, { timeout: minute })("the reference of", (it) => {
  for (const name of ["core", "ledger", "sandbox", "cli"]) {
    it.effect(`${name} is what its sources say; \`pnpm docs:update\` writes it anew`, () =>
      Effect.gen(function* () {
        const page = ApiReference.render(yield* ApiReference.read(name), name === "cli" ? published : undefined)
        yield* Effect.promise(() => expect(page).toMatchFileSnapshot(`../../docs/reference/api/${name}.md`))
      })
    )

    it.effect(`${name} has a sentence, a version and a category for every export`, () =>
      Effect.gen(function* () {
        const { modules } = yield* ApiReference.read(name)
        expect(modules.length).toBeGreaterThan(5)
        const lacking = modules.flatMap((module) => [
          ...(/[.:|`]$/.test(module.doc.text) ? [] : [`${module.name} has no sentence of its own`]),
          ...module.exports.flatMap(({ docs, name: of }) => [
            ...(docs.some(({ text }) => /[.:|`]$/.test(text)) ? [] : [`${module.name}.${of} has no sentence`]),
            ...(docs.every(({ since }) => /^\d+\.\d+\.\d+$/.test(since ?? "")) ? [] : [`${module.name}.${of}: @since`]),
            ...(docs.every(({ category }) => /^[a-z]+( [a-z]+)*$/.test(category ?? ""))
              ? []
              : [`${module.name}.${of}: @category`])
          ])
        ])
        expect(lacking).toEqual([])
      })
    )
  }
})
