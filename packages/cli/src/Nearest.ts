/**
 * What somebody may have meant by a word that means nothing here.
 *
 * @since 0.1.0
 */
import { AutoCorrect, CliConfig } from "@effect/cli"
import { Array as Arr, Option, Order } from "effect"

const farthest = 2

/**
 * The candidate that is spelled most like the word: the same but for capitals, or at most two letters off.
 *
 * @since 0.1.0
 * @category conversions
 */
export const nearest = (word: string, candidates: ReadonlyArray<string>): Option.Option<string> => {
  const wanted = word.toLowerCase()
  const most = Math.min(farthest, Math.floor(wanted.length / 2))
  const measured = candidates
    .map((candidate) => ({
      candidate,
      distance: AutoCorrect.levensteinDistance(wanted, candidate.toLowerCase(), CliConfig.defaultConfig)
    }))
    .filter(({ distance }) => distance <= most)
  return Option.map(
    Arr.head(
      Arr.sort(
        measured,
        Order.mapInput(Order.number, ({ distance }: (typeof measured)[number]) => distance)
      )
    ),
    ({ candidate }) => candidate
  )
}

/**
 * The question as a sentence before others; empty where nothing is near.
 *
 * @since 0.1.0
 * @category rendering
 */
export const question = (word: string, candidates: ReadonlyArray<string>): string =>
  Option.match(nearest(word, candidates), { onNone: () => "", onSome: (near) => `Did you mean ${near}? ` })
