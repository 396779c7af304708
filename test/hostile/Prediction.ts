/**
 * What a client has to say of each call of a schedule, from the table of faults alone. It keeps a client honest that
 * would never be wrong because it never knows anything.
 */
import type { Fault } from "@btse-wallet/sandbox"
import type { Call, FaultSchedule } from "./FaultSchedule.ts"
import type { Reading } from "./Reading.ts"
import type { Writing } from "./Writing.ts"

/**
 * `answer`: a read's answer. `error`: a read's typed error. `done`, `not done`, `unknown`: what a write says of itself.
 */
export type Verdict = "answer" | "error" | "done" | "not done" | "unknown"

export interface Predicted {
  readonly verdict: Verdict
  /** How many requests reach the exchange. */
  readonly requests: number
}

export interface Prediction {
  readonly calls: ReadonlyArray<Predicted>
  /** The faults that were met, and by what: `latency at a Reading`. */
  readonly met: ReadonlySet<string>
}

/** What one request comes to. `blocked`: no request may follow before the block is over. */
type Step = "accepted" | "refused" | "unclear" | "blocked"

/** The exchange's own answer reaches the client with its status, or something else does. */
const step = (kind: Fault.FaultKind | undefined, accepts: boolean, bodyMatters: boolean, reads: boolean): Step => {
  const own = accepts ? "accepted" : "refused"
  // A refusal that cannot be read proves nothing of a write.
  const unread = accepts || !reads ? "unclear" : own
  switch (kind) {
    case undefined:
    case "latency":
      return own
    case "malformed":
      return unread
    case "empty":
      return accepts && !bodyMatters ? own : unread
    case "failure-in-200":
      // They say nothing of the request: a read asks again, and a write proves nothing.
      return "unclear"
    case "other-429":
    case "rate-limited":
      return "blocked"
    default:
      return "unclear"
  }
}

/** How long the gate stays shut after the blocks so far: a second, which a client waits, or minutes, which it does not. */
const makeGate = ({ blocks, retryAfter }: NonNullable<FaultSchedule["exchange"]["rateLimits"]>) => {
  const offences = { user: 0, address: 0 }
  let met = 0
  let shut = false
  return {
    shut: () => shut,
    block: (signed: boolean, limited: boolean) => {
      met += 1
      if (limited) offences[signed ? "user" : "address"] += 1
      const longer = blocks === "escalating" && Math.max(offences.user, offences.address) > 1
      // Without a header the client has only its own count to go by, whichever of its requests offended.
      if (retryAfter === "none" || !limited ? met > 1 : longer) shut = true
    }
  }
}

/** Whether the exchange would do what it is asked. */
type Accepts = (call: Call) => boolean

/** What becomes of the calls of a schedule that is made in turn with faults that are called for. */
export const of = (schedule: FaultSchedule, accepts: Accepts): Prediction => {
  const gate = makeGate(schedule.exchange.rateLimits ?? {})
  const met = new Set<string>()
  const queues = new Map<string, Array<Fault.FaultKind>>()
  for (const { kind, method, path, times } of schedule.injections) {
    const queue = queues.get(`${method} ${path}`) ?? []
    queue.push(...Array.from({ length: times ?? 1 }, () => kind))
    queues.set(`${method} ${path}`, queue)
  }

  const request = (call: Call, signed: boolean): Step => {
    const kind = queues.get(`${call.method} ${call.path}`)?.shift()
    if (kind !== undefined) met.add(`${kind} at a ${call._tag}`)
    const result = step(kind, accepts(call), call.method !== "DELETE", call._tag === "Reading")
    if (result === "blocked") gate.block(signed, kind === "rate-limited")
    return result
  }

  const write = (call: Writing): Predicted => {
    if (call.fate === "unsent" || gate.shut()) return { verdict: "not done", requests: 0 }
    switch (request(call, true)) {
      case "accepted":
        return { verdict: "done", requests: 1 }
      case "unclear":
      case "blocked":
        return { verdict: "unknown", requests: 1 }
      default:
        return { verdict: "not done", requests: 1 }
    }
  }

  const read = (call: Reading): Predicted => {
    let requests = 0
    /** Whether the page came in one of its attempts. */
    const page = (): boolean => {
      for (let attempt = 0; attempt <= schedule.retries; attempt++) {
        if (gate.shut()) return false
        requests += 1
        const result = request(call, call.signed)
        if (result === "accepted" || result === "refused") return result === "accepted"
      }
      return false
    }
    let answered = true
    for (let at = 0; at < call.pages && answered; at++) answered = page()
    return { verdict: answered ? "answer" : "error", requests }
  }

  return { calls: schedule.calls.map((call) => (call._tag === "Writing" ? write(call) : read(call))), met }
}
