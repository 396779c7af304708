/**
 * The paths and methods of the declaration, with what each asks of a key.
 */
import { BtseApi } from "@btse-wallet/core"
import { HttpApi } from "@effect/platform"
import { Context } from "effect"
import type { Permission } from "../../SandboxOptions.ts"

export interface Route {
  readonly signed: boolean
  /** Whether a signature is looked at where there is one. */
  readonly optional: boolean
  /** A key with any of these may; none are asked for where it is empty. */
  readonly permissions: ReadonlyArray<Permission>
}

/** "Transfer Funds" wants `Wallet` in 1.1.0 and `Transfer` today. */
const accepted = (permission: "none" | Permission): ReadonlyArray<Permission> => {
  if (permission === "none") return []
  return permission === "Transfer" ? ["Transfer", "Wallet"] : [permission]
}

const declared = (): ReadonlyMap<string, ReadonlyMap<string, Route>> => {
  const routes = new Map<string, Map<string, Route>>()
  HttpApi.reflect(BtseApi.BtseApi, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint, mergedAnnotations }) => {
      const methods = routes.get(endpoint.path) ?? new Map<string, Route>()
      const authentication = Context.get(mergedAnnotations, BtseApi.Authentication)
      methods.set(endpoint.method, {
        signed: authentication === "signed",
        optional: authentication === "optional",
        permissions: accepted(Context.get(mergedAnnotations, BtseApi.Permission))
      })
      routes.set(endpoint.path, methods)
    }
  })
  return routes
}

const routes = declared()

const alias = /^\/api\/v3\.3(?=\/user\/wallet\/(?:address|withdraw|transfer)$)/

/** Today's `/api/v3.3` paths stand for the declared ones. */
export const canonical = (path: string): string => path.replace(alias, "/api/v3.2")

/** The methods of a canonical path. */
export const find = (path: string): ReadonlyMap<string, Route> | undefined => routes.get(path)
