// How sources are read for a bundle, so that it holds what is used and little else.
import { readFile } from "node:fs/promises"

const barrels =
  /^import \{([^}]*)\} from "(effect|@effect\/(?:cli|experimental|platform|platform-node|sql)|@btse-wallet\/(?:core|ledger))"$/gm

const cut = (specifier, from) => {
  const [name, as = name] = specifier.split(/\s+as\s+/)
  // What the barrel of effect has beside modules comes from its Function.
  return /^[a-z]/.test(name)
    ? `import { ${specifier} } from "effect/Function"`
    : `import * as ${as} from "${from}/${name}"`
}

const withoutBarrels = (source) =>
  source.replace(barrels, (whole, names, from) => {
    const specifiers = names
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "" && !name.startsWith("type "))
    // As many lines as before, for the source map.
    return specifiers.map((name) => cut(name, from)).join("; ") + "\n".repeat(whole.split("\n").length - 1)
  })

/**
 * Imports each module by its own path. esbuild takes all that a barrel names for reachable from whoever imports the barrel,
 * and so puts the sandbox's two megabytes of API browser, and undici, into what every command loads.
 */
export const barrelsCut = {
  name: "barrels-cut",
  setup: (build) => {
    build.onLoad({ filter: /\/packages\/[^/]+\/src\/.*\.ts$/ }, async ({ path }) => ({
      contents: withoutBarrels(await readFile(path, "utf8")),
      loader: "ts"
    }))
  }
}

/** The parsers of configuration files that @effect/cli brings for options that btse does not have. */
export const parsersLeftOut = {
  name: "parsers-left-out",
  setup: (build) => {
    build.onResolve({ filter: /^(ini|toml|yaml)$/ }, ({ importer, path }) =>
      /@effect\/cli\//.test(importer) ? { path, namespace: "left-out" } : undefined
    )
    build.onLoad({ filter: /.*/, namespace: "left-out" }, ({ path }) => ({
      contents: `export const parse = () => { throw new TypeError("btse was built without ${path}") }`
    }))
  }
}
