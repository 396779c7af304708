/**
 * The services of the books, each of whose calls shows the books of one moment.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Context, type DateTime, Effect, Layer } from "effect"
import { Breaks } from "../Breaks.ts"
import { Closes } from "../Closes.ts"
import { Entries } from "../Entries.ts"
import { Export } from "../Export.ts"
import { LedgerUnavailable } from "../LedgerError.ts"
import { LedgerStatus } from "../LedgerStatus.ts"
import { Reconciliation } from "../Reconciliation.ts"
import { makeWithin, type Within } from "./Within.ts"

type Services = Reconciliation | LedgerStatus | Entries | Breaks | Closes | Export

/** Nothing is entered into the books of a moment that is past. */
const refused = (operation: string) =>
  new LedgerUnavailable({
    operation,
    reason: "it was opened as of an earlier moment, which takes no entries",
    advice: "Open the books as they are now."
  })

const shown = ({ effect, stream }: Within, context: Context.Context<Services>): Context.Context<Services> => {
  const reconciliation = Context.get(context, Reconciliation)
  const breaks = Context.get(context, Breaks)
  const closes = Context.get(context, Closes)
  const exported = Context.get(context, Export)
  return context.pipe(
    Context.add(Reconciliation, {
      run: (options) => effect(reconciliation.run(options)),
      fit: (options) => effect(reconciliation.fit(options)),
      machineSkew: effect(reconciliation.machineSkew)
    }),
    Context.add(LedgerStatus, { get: effect(Context.get(context, LedgerStatus).get) }),
    Context.add(Entries, {
      list: effect(Context.get(context, Entries).list),
      adjust: () => refused("adjust"),
      check: () => refused("adjust"),
      reverse: () => refused("reverse"),
      import: () => refused("import")
    }),
    Context.add(Breaks, {
      list: effect(breaks.list),
      get: (id) => effect(breaks.get(id)),
      assign: () => refused("breaks assign"),
      note: () => refused("breaks note"),
      resolve: () => refused("breaks resolve"),
      reopen: () => refused("breaks reopen")
    }),
    Context.add(Closes, {
      close: (options) => effect(closes.close(options)),
      list: effect(closes.list),
      get: (period) => effect(closes.get(period))
    }),
    Context.add(Export, {
      books: (options) =>
        Effect.map(effect(exported.books(options)), ({ content, leftOut }) => ({ content: stream(content), leftOut }))
    })
  )
}

/** Wraps what `books` provides, so that the client is as it was after each call. */
export const layer = <E, R>(books: Layer.Layer<Services, E, R>, at: DateTime.Utc) =>
  Layer.effectContext(
    Effect.gen(function* () {
      const within = yield* makeWithin(yield* SqlClient.SqlClient, at)
      return shown(within, yield* Effect.context<Services>())
    })
  ).pipe(Layer.provide(books))
