/**
 * Collects what is wrong, the first of it in words and the rest as a count.
 *
 * @internal
 */
import type { Finding } from "./Report.ts"
import { mostFindings } from "./Report.ts"

export interface Findings {
  readonly add: (finding: Finding) => void
  /** Of an event that is not what was written. */
  readonly touched: (event: number, problem: string) => void
  readonly all: () => {
    readonly problems: number
    readonly findings: ReadonlyArray<Finding>
    readonly firstTouched: number | null
  }
}

export const makeFindings = (): Findings => {
  const findings: Array<Finding> = []
  let problems = 0
  let firstTouched: number | null = null
  const add = (finding: Finding) => {
    problems++
    if (findings.length < mostFindings) findings.push(finding)
  }
  return {
    add,
    touched: (event, problem) => {
      firstTouched = Math.min(firstTouched ?? event, event)
      add({ table: "event", row: String(event), event, problem })
    },
    all: () => ({ problems, findings, firstTouched })
  }
}
