/**
 * How much of a long campaign runs: a part in `pnpm test`, all of it in `pnpm test:campaign`.
 */
// @effect-diagnostics processEnv:off -- a campaign's size is read before there is an Effect to read it in
import { Effect } from "effect"

/** Whether the whole campaign was asked for. */
export const full = process.env["BTSE_CAMPAIGN"] === "full"

const asked = Number(process.env["BTSE_SEEDS"] ?? 0)

/** The number of seeds to run; of a whole campaign a slice may be asked for with `BTSE_SEEDS`. */
export const size = (part: number, whole: number): number => (full ? (asked > 0 ? asked : whole) : part)

/** The seed to start from: printed by every campaign, so that a red run can be had again with `BTSE_SEED`. */
export const firstSeed = (name: string, otherwise = 1): number => {
  const seed = Number(process.env["BTSE_SEED"] ?? otherwise)
  process.stdout.write(`${name}: seeds from ${seed}\n`)
  return seed
}

/** Prints what a campaign has met, and how often: all of it, or of a part what was rarest. */
export const tell = (name: string, what: string, counts: ReadonlyMap<string, number>): Effect.Effect<void> =>
  Effect.sync(() => {
    const sorted = [...counts].sort(([a, m], [b, n]) => m - n || (a < b ? -1 : 1))
    const shown = full ? sorted : sorted.slice(0, 5)
    const lines = shown.map(([kind, times]) => `  ${times} × ${kind}\n`)
    process.stdout.write(`${name}: ${what} ${counts.size} kinds\n${lines.join("")}`)
  })

/** Lets others have their turn: a campaign that never waits is one that vitest takes for dead after a minute. */
export const breath: Effect.Effect<void> = Effect.async((resume) => {
  setImmediate(() => resume(Effect.void))
})

/** How long a campaign of this length may take, in milliseconds. */
export const timeout = full ? 3_600_000 : 120_000
