/**
 * A line of CSV as RFC 4180 has it, without its end.
 *
 * @internal
 */

const cell = (value: unknown): string => {
  const text = value === null || value === undefined ? "" : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const cells = (values: ReadonlyArray<unknown>): string => values.map(cell).join(",")
