/**
 * The ids that the exchange gives: all digits or hex, and the same for the same seed.
 */
import { Utils } from "effect"

/** A seeded source for what is drawn too often for an Effect per draw: it is what `Random.make` has inside. */
export const random = (seed: number, purpose: number): Utils.PCGRandom =>
  new Utils.PCGRandom(purpose >>> 0, seed >>> 0, Math.floor(seed / 0x1_0000_0000) >>> 0, 0x9e3779b9)

/** A whole number in [0, max). */
export const below = (random: Utils.PCGRandom, max: number): number =>
  Math.min(Math.floor(random.number() * max), max - 1)

export const hex = (random: Utils.PCGRandom, digits: number): string => {
  let text = ""
  while (text.length < digits) text += below(random, 0x1_0000_0000).toString(16).padStart(8, "0")
  return text.slice(0, digits)
}

export const decimalDigits = (random: Utils.PCGRandom, digits: number): string => {
  let text = ""
  while (text.length < digits) text += below(random, 1_000_000_000).toString().padStart(9, "0")
  return text.slice(0, digits)
}

/** 18 digits, so an id written as a bare number is over 2^53. */
export const orderIds = (): ((timestamp: number) => string) => {
  let issued = 0
  return (timestamp) => {
    issued += 1
    return `${timestamp}${(issued % 100_000).toString().padStart(5, "0")}`
  }
}
