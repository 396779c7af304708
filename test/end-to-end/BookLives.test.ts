import { Decimal } from "@btse-wallet/core"
import { AccountingPolicy, Reconciliation } from "@btse-wallet/ledger"
import { expect, it } from "@effect/vitest"
import { BigDecimal, Effect, Random } from "effect"
import * as Campaign from "../Campaign.ts"
import * as BookLife from "./BookLife.ts"
import * as Corruption from "./Corruption.ts"

const lives = Campaign.size(16, 2_000)

/** The policy that the life's conventions call for. */
const policyOf = ({ onTop, pending }: BookLife.Convention): AccountingPolicy.AccountingPolicy => ({
  ...AccountingPolicy.standard,
  name: "the life's",
  pending,
  types: {
    ...AccountingPolicy.standard.types,
    ...Object.fromEntries(
      [...onTop].map((type) => [type, { direction: type === "Deposit" ? "in" : "out", fees: "extra" } as const])
    )
  }
})

const text = (amount: BigDecimal.BigDecimal) => Decimal.toText(BigDecimal.normalize(amount))

const shown = (report: Reconciliation.ReconciliationReport) =>
  report.lines.map(({ currency, difference, status }) => `${currency} ${status} ${text(difference)}`)

/** Where no line has a difference. */
const exactly = (report: Reconciliation.ReconciliationReport) =>
  report.lines.map(({ currency }) => `${currency} matched 0`)

/** What there is to fit where all is known but the policy. */
const fitted = Effect.fnUntraced(function* (context: string, { convention }: BookLife.Life) {
  const reconciliation = yield* Reconciliation.Reconciliation
  const fit = yield* reconciliation.fit()
  expect(fit.complete, context).toBe(true)
  for (const { decided, rule, type } of fit.types) {
    if (decided) expect(`${type} ${rule.fees === "extra"}`, context).toBe(`${type} ${convention.onTop.has(type)}`)
  }
  if (fit.pending.decided) expect(fit.pending.value, context).toBe(convention.pending)
  const report = yield* reconciliation.run({ policy: fit.policy })
  expect(shown(report), context).toEqual(exactly(report))
  return fit
})

interface Lived {
  readonly corruption: string
  /** The true cause is the first, or among the candidates. */
  readonly first: boolean
  readonly among: boolean
}

const live = (seed: number) =>
  BookLife.live(seed, (life) =>
    Effect.gen(function* () {
      const { convention } = life
      const context = `seed ${seed}, fees on top of ${[...convention.onTop].join(" and ") || "nothing"}, pending ${convention.pending}`
      const reconciliation = yield* Reconciliation.Reconciliation
      const policy = policyOf(convention)
      const before = yield* reconciliation.run({ policy })
      expect(before.status, context).toBe("matched")
      expect(shown(before), context).toEqual(exactly(before))
      yield* fitted(context, life)

      const corruption: Corruption.Corruption | undefined = yield* Corruption.corrupt(life)
      if (corruption === undefined) return []
      const { currency, difference, entry, kind, name, orderId, wrongly } = corruption
      const told = `${context}, ${name}: ${entry ?? orderId} in ${currency}`
      const report = yield* reconciliation.run({ policy, to: corruption.to })
      const off = new Map([[currency, difference]])
      if (wrongly !== undefined) off.set(wrongly, BigDecimal.negate(difference))
      const expected = report.lines.map((line) => {
        const by = off.get(line.currency)
        return by === undefined ? `${line.currency} matched 0` : `${line.currency} break ${text(by)}`
      })
      expect(shown(report), told).toEqual(expected)
      expect(report.status, told).toBe("broken")
      const isCause = (candidate: Reconciliation.Candidate) =>
        candidate.kind === kind &&
        (entry === undefined
          ? orderId === null || candidate.orderIds.includes(orderId)
          : candidate.entries.includes(entry))
      const broken = report.lines.filter((line) => off.has(line.currency))
      const lived: Lived = {
        corruption: name,
        first: broken.every(({ candidates }) => candidates.slice(0, 1).some(isCause)),
        among: broken.every(({ candidates }) => candidates.some(isCause))
      }
      const candidates = broken.flatMap((line) => line.candidates)
      if (!lived.first)
        process.stdout.write(`${told}: ${candidates.map(({ explanation }) => explanation).join(" | ")}\n`)
      return [lived]
    })
  ).pipe(Effect.withRandom(Random.make(seed)))

it.effect(
  "books of random lives match to the last digit; with one thing wrong exactly its currency breaks by exactly its amount, and the cause comes first",
  () =>
    Effect.gen(function* () {
      const first = Campaign.firstSeed("books of random lives")
      const lived: Array<Lived> = []
      for (let seed = first; seed < first + lives; seed++) lived.push(...(yield* live(seed)))
      const firsts = lived.filter((one) => one.first).length
      const among = lived.filter((one) => one.among).length
      process.stdout.write(`${firsts} of ${lived.length} true causes came first, ${among} were among the candidates
`)
      for (const name of new Set(lived.map(({ corruption }) => corruption))) {
        const own = lived.filter(({ corruption }) => corruption === name)
        process.stdout.write(`  ${name}: ${own.filter((one) => one.first).length} of ${own.length}
`)
      }
      expect(lived.length).toBe(lives)
      expect(firsts / lived.length).toBeGreaterThanOrEqual(0.9)
    }),
  Campaign.timeout
)
