/**
 * What a page of the guide shows of a terminal, and whether a terminal shows it.
 *
 * A block of ```console is a terminal: lines after `$ `, and those after `> ` below them, are typed, the others are what
 * comes. `…` stands for whatever comes there. A block marked `other` is in another terminal, whose last command goes on.
 */
import { Array as Arr } from "effect"

export interface Step {
  /** Its lines. */
  readonly command: ReadonlyArray<string>
  readonly shown: ReadonlyArray<string>
  /** The number of the command's last line in the page. */
  readonly line: number
}

export interface Block {
  readonly other: boolean
  readonly steps: ReadonlyArray<Step>
}

const opening = /^```console( other)?$/

/** The terminals of a page, in its order. */
export const blocks = (page: string): ReadonlyArray<Block> => {
  const found: Array<{ readonly other: boolean; readonly steps: Array<Step> }> = []
  let inside = false
  for (const [index, line] of page.split("\n").entries()) {
    const begins = opening.exec(line)
    if (begins !== null) found.push({ other: begins[1] !== undefined, steps: [] })
    if (begins !== null || line === "```") inside = begins !== null
    else if (inside) {
      const steps = found.at(-1)?.steps ?? []
      const last = steps.at(-1)
      if (line.startsWith("$ ")) steps.push({ command: [line.slice(2)], shown: [], line: index + 1 })
      else if (last !== undefined && last.shown.length === 0 && line.startsWith("> ")) {
        steps.splice(-1, 1, { ...last, command: [...last.command, line.slice(2)], line: index + 1 })
      } else if (last !== undefined) steps.splice(-1, 1, { ...last, shown: [...last.shown, line] })
    }
  }
  return found
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

const words = (text: string): string => text.replace(/─+/g, "─").replace(/\s+/g, " ").trim()

/** Whether a text is as a page has it. Where lines break, and how far columns are apart, varies with what stands in them. */
export const like = (shown: string, text: string): boolean =>
  new RegExp(`^${words(shown).split("…").map(escaped).join(".*")}$`).test(words(text))

const varies: ReadonlyArray<readonly [RegExp, string]> = [
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "…"],
  [/\b[0-9a-f]{64}\b/g, "…"],
  [/\b\d+ ms\b/g, "… ms"],
  [/\b1\d{17}\b/g, "…"],
  [/(?<=\b(event|events|the last) +)\d+/g, "…"],
  [/\/\S*\/btse-guide-\w+\/(work\/)?/g, "…/"],
  [/\((\d+ (second|minute)s?( ago)?|just now)\)/g, "(…)"]
]

const general = (line: string): string => varies.reduce((text, [what, sign]) => text.replace(what, sign), line)

/** The page with what the terminal showed, where that is something else. */
export const rewritten = (page: string, shown: ReadonlyMap<number, ReadonlyArray<string>>): string => {
  const lines = page.split("\n")
  const steps = blocks(page).flatMap((block) => block.steps)
  return Arr.reduce(steps.toReversed(), lines, (all, step) => {
    const actual = shown.get(step.line)
    if (actual === undefined || like(step.shown.join("\n"), actual.join("\n"))) return all
    return [...all.slice(0, step.line), ...actual.map(general), ...all.slice(step.line + step.shown.length)]
  }).join("\n")
}
