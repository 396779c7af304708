/**
 * Profiles for eyes.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import type { PaymentPolicy } from "@btse-wallet/ledger"
import type * as Document from "../Document.ts"
import type { Style } from "../Style.ts"
import * as Table from "../Table.ts"

type Shown = typeof Document.Profile.Type

const secret = ({ secretCommand, secretVariable }: Shown): string => {
  if (secretCommand !== null) return `from ${secretCommand}`
  return secretVariable === null ? "from BTSE_API_SECRET" : `from ${secretVariable}`
}

const limits = ({ limits }: PaymentPolicy.PaymentPolicy): ReadonlyArray<string> =>
  Object.entries(limits ?? {}).map(([currency, { perDay, perWithdrawal }]) => {
    const each = perWithdrawal === undefined ? [] : [`${Decimal.toText(perWithdrawal)} at once`]
    const daily = perDay === undefined ? [] : [`${Decimal.toText(perDay)} a day`]
    return `${currency} ${[...each, ...daily].join(" and ") || "without limit"}`
  })

const policy = (kept: PaymentPolicy.PaymentPolicy): string => {
  const { allow } = kept
  const addresses =
    allow === undefined ? "any address" : allow.map(({ address, label }) => label ?? address).join(", ") || "no address"
  return `to ${[addresses, ...limits(kept)].join("; ")}`
}

/**
 * @since 0.1.0
 * @category rendering
 */
export const one = (profile: Shown, style: Style): string => {
  const { requestsPerSecond, withdrawalPolicy } = profile
  return Table.renderFields(
    [
      ["profile", profile.name],
      ["account", profile.account],
      ["exchange", profile.baseUrl],
      ...(profile.authHeaders === null ? [] : [["auth headers", profile.authHeaders] as const]),
      ...(requestsPerSecond === null ? [] : [["rate limit", `${requestsPerSecond} requests in any second`] as const]),
      ["ledger", profile.ledger ?? "the usual one"],
      ["API key", profile.apiKey ?? "from BTSE_API_KEY"],
      ["API secret", secret(profile)],
      ...(withdrawalPolicy === null ? [] : [["withdrawals", policy(withdrawalPolicy)] as const])
    ],
    style
  )
}

const columns: ReadonlyArray<Table.Column<Shown>> = [
  { heading: "PROFILE", cell: ({ name }) => name },
  { heading: "ACCOUNT", cell: ({ account }) => account },
  { heading: "EXCHANGE", cell: ({ baseUrl }) => baseUrl },
  { heading: "API KEY", cell: ({ apiKey }) => apiKey ?? "" },
  { heading: "API SECRET", cut: true, cell: secret },
  { heading: "LEDGER", cut: true, cell: ({ ledger }) => ledger ?? "" }
]

/**
 * @since 0.1.0
 * @category rendering
 */
export const list = (profiles: ReadonlyArray<Shown>, style: Style): string =>
  profiles.length === 0 ? "No profiles: `btse profile add` makes one." : Table.render(profiles, columns, style)
