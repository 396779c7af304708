/**
 * What doctor found, for eyes.
 *
 * @since 0.1.0
 */
import type * as Doctor from "../Doctor.ts"
import type { Style } from "../Style.ts"
import * as Table from "../Table.ts"

const colors: Readonly<Record<Doctor.Check["outcome"], Table.Color>> = {
  ok: "green",
  warn: "yellow",
  fail: "red",
  skip: "dim"
}

const origins: Readonly<Record<Doctor.Setting["from"], string>> = {
  flag: "by a flag",
  environment: "from the environment",
  profile: "from the profile",
  default: "by default"
}

const settings: ReadonlyArray<Table.Column<Doctor.Setting>> = [
  { heading: "SETTING", cell: ({ name }) => name },
  { heading: "VALUE", cell: ({ value }) => value },
  { heading: "", cell: ({ from }) => ({ text: origins[from], color: from === "default" ? "dim" : undefined }) }
]

const line = ({ advice, check, detail, outcome }: Doctor.Check, width: number, style: Style): string => {
  const head = `${Table.paint(outcome.padEnd(4), colors[outcome], style)}  ${check.padEnd(width)}  `
  // Colour takes no room.
  const indent = width + 8
  const room: Style = { ...style, columns: style.columns === undefined ? undefined : style.columns - indent }
  const text = [detail, ...(advice === null ? [] : [`→ ${advice}`])]
    .flatMap((part) => Table.wrap(Table.plain(part), room).split("\n"))
    .join(`\n${" ".repeat(indent)}`)
  return head + text
}

/**
 * @since 0.1.0
 * @category rendering
 */
export const report = ({ checks, profile, settings: all }: Doctor.Report, style: Style): string => {
  const width = checks.reduce((most, { check }) => Math.max(most, check.length), 0)
  return [
    `profile ${profile}`,
    Table.render(all, settings, style),
    checks.map((check) => line(check, width, style)).join("\n")
  ].join("\n\n")
}
