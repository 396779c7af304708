/**
 * How a record's or a withdrawal's status looks in a table.
 *
 * @since 0.1.0
 */
import type { Cell, Color } from "./Table.ts"

const colors: Readonly<Record<string, Color>> = {
  COMPLETED: "green",
  matched: "green",
  open: "red",
  resolved: "yellow",
  break: "red",
  broken: "red",
  UNKNOWN: "red",
  incomplete: "yellow",
  in_flight: "yellow",
  no_baseline: "yellow"
}

/**
 * @since 0.1.0
 * @category rendering
 */
export const cell = (status: string): Cell => ({ text: status, color: colors[status] })
