import { NodeRuntime } from "@effect/platform-node"
import { Layer } from "effect"
import * as Service from "./Service.ts"

// SIGINT and SIGTERM interrupt it, and the layers close in order.
NodeRuntime.runMain(Layer.launch(Service.layer))
