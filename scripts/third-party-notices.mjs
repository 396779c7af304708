// The licences of what a bundle holds, in one text: each package with its version and the licence that came with it.
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"

const heading = `This program is a bundle. Beside its own code it holds that of the packages below, each under the licence given with it.
`

const line = "-".repeat(80)

/** The folder of the package that a bundled file is from; undefined for our own. */
const packageOf = (file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]

const licenceIn = async (folder) => {
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|copying|notice)(\.|$)/i.test(name))
  const texts = await Promise.all(names.sort().map((name) => readFile(join(folder, name), "utf8")))
  return texts.map((text) => text.trim()).join("\n\n")
}

const describe = async (folder) => {
  const { license, name, version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"))
  if (typeof license !== "string") throw new Error(`${name} ${version} is bundled and names no licence`)
  // Some packages of a repository carry no copy of its licence; what they name is then all there is to give.
  const text = await licenceIn(folder)
  return { title: `${name} ${version} (${license})`, text: text === "" ? `Licence: ${license}` : text }
}

/** Tells of every package that one of the bundled files is from. */
export const thirdPartyNotices = async (root, files) => {
  const folders = new Set(files.flatMap((file) => packageOf(file) ?? []))
  const packages = await Promise.all([...folders].map((folder) => describe(join(root, folder))))
  // @effect/platform carries the files of swagger-ui, without their licence.
  const swagger = files.some((file) => file.includes("httpApiSwagger"))
    ? [
        {
          title: "swagger-ui-dist, within @effect/platform (Apache-2.0)",
          text: (await readFile(join(root, "scripts", "licenses", "swagger-ui.txt"), "utf8")).trim()
        }
      ]
    : []
  const all = [...packages, ...swagger].sort((a, b) => (a.title < b.title ? -1 : 1))
  return [heading, ...all.flatMap(({ text, title }) => [line, title, "", text, ""])].join("\n")
}
