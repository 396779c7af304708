import { Fault } from "@btse-wallet/sandbox"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Campaign from "../Campaign.ts"
import * as FaultSchedule from "./FaultSchedule.ts"
import * as Life from "./Life.ts"
import type { Verdict } from "./Prediction.ts"

const schedules = Campaign.size(100, 2_500)

/** Most of a schedule is waiting: for a block to end, for an answer that is late. */
const concurrency = 16

describe("Whatever goes wrong between a client and the exchange", () => {
  it.live(
    `a read gets the exact answer or a typed error, and no write is done twice or said to be what it is not, over ${schedules} schedules`,
    () =>
      Effect.gen(function* () {
        const first = Campaign.firstSeed("fault schedules")
        const met = new Set<string>()
        const verdicts = new Set<Verdict>()
        yield* Effect.forEach(
          Array.from({ length: schedules }, (_, at) => first + at),
          (seed) =>
            Effect.gen(function* () {
              const schedule = yield* FaultSchedule.draw(seed)
              const life = yield* Life.of(schedule)
              if (life.complaints.length > 0) {
                expect.fail(`${FaultSchedule.show(schedule)}\n\n${life.complaints.join("\n")}`)
              }
              for (const kind of life.met) met.add(kind)
              for (const verdict of life.verdicts) verdicts.add(verdict)
            }),
          { concurrency, discard: true }
        )
        // A campaign that met nothing would be green too.
        const kinds = Fault.usual.flatMap((kind) => [`${kind} at a Reading`, `${kind} at a Writing`])
        expect([...met].toSorted()).toEqual(kinds.toSorted())
        expect([...verdicts].toSorted()).toEqual(["answer", "done", "error", "not done", "unknown"])
      }),
    Campaign.timeout
  )
})
