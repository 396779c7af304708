/**
 * What the declaration says of each operation, by method and path.
 *
 * @internal
 */
import { HttpApi } from "@effect/platform"
import { Context } from "effect"
import { BtseApi } from "../BtseApi.ts"
import { Authentication, Payment, Permission, Repeatable } from "../BtseApi/Annotations.ts"

export interface Operation {
  readonly name: string
  readonly authentication: "public" | "signed" | "optional"
  readonly permission: string
  readonly repeatable: boolean
  readonly payment: boolean
}

const declared = (): ReadonlyMap<string, Operation> => {
  const operations = new Map<string, Operation>()
  HttpApi.reflect(BtseApi, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint, mergedAnnotations }) => {
      operations.set(`${endpoint.method} ${endpoint.path}`, {
        name: endpoint.name,
        authentication: Context.get(mergedAnnotations, Authentication),
        permission: Context.get(mergedAnnotations, Permission),
        repeatable: Context.get(mergedAnnotations, Repeatable),
        payment: Context.get(mergedAnnotations, Payment)
      })
    }
  })
  return operations
}

/** Every operation of the declaration, by `METHOD path`. */
export const operations: ReadonlyMap<string, Operation> = declared()
