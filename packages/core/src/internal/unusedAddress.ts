/**
 * The unused address that a refusal of "Create Wallet Address" names.
 *
 * @internal
 */
import { Option, Predicate } from "effect"
import { parse } from "./losslessJson.ts"

export interface UnusedAddress {
  readonly address: string
  readonly tag: string | null
}

/** A tag is digits, or a memo after an address: a short word before the colon (`bitcoincash:`) is part of the address. */
const split = (word: string): UnusedAddress => {
  const at = word.lastIndexOf(":")
  const [address, tag] = [word.slice(0, at), word.slice(at + 1)]
  const isTag = at > 0 && tag !== "" && (/^\d{1,30}$/.test(tag) || address.length >= 20)
  return isTag ? { address, tag } : { address: word, tag: null }
}

/** One word of visible characters with a digit in it, or a long one: a word of prose is neither. */
const isAddress = (word: string): boolean =>
  word.length >= 3 && word.length <= 300 && /^[\u0021-\u007e]+$/.test(word) && (/\d/.test(word) || word.length >= 25)

/** An address by itself, with its tag after a colon. */
const ofText = (text: string): Option.Option<UnusedAddress> =>
  Option.map(Option.liftPredicate(text.trim(), isAddress), split)

const text = (value: unknown): string | null => {
  const found = typeof value === "string" ? value : Predicate.hasProperty(value, "value") ? value.value : null
  return typeof found === "string" && found.trim() !== "" ? found.trim() : null
}

/** The first row of the documented array, `[{"address": …, "created": …}]`. */
const ofRows = (value: unknown): Option.Option<UnusedAddress> => {
  const row: unknown = Array.isArray(value) ? value[0] : undefined
  if (!Predicate.hasProperty(row, "address") || typeof row.address !== "string") return Option.none()
  const tag = Predicate.hasProperty(row, "tag") ? text(row.tag) : null
  return Option.map(ofText(row.address), (found) => (tag === null ? found : { address: found.address, tag }))
}

const json = (value: string): unknown => Option.getOrUndefined(Option.liftThrowable(parse)(value))

const ofMessage = (message: string): Option.Option<UnusedAddress> =>
  ofText(message.slice(0, 1_000).replace(/^\s*BADREQUEST:/i, ""))

/**
 * The address in a body: in the documented array, bare or under `data` or `message`; with code 3528 (`coded`) also as a
 * message that is nothing but it, `BADREQUEST: <address>`.
 */
export const find = (body: string, coded: boolean): Option.Option<UnusedAddress> => {
  const value = json(body)
  const fields = Predicate.isRecord(value) ? [value["data"], value["message"], value["msg"]] : []
  const inRows = [value, ...fields].map((one) => ofRows(typeof one === "string" ? json(one) : one))
  const inText = coded ? fields.map((one) => (typeof one === "string" ? ofMessage(one) : Option.none())) : []
  return Option.firstSomeOf([...inRows, ...inText])
}
