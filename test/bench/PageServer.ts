/**
 * A server of pages of wallet history, as fast as can be, in a process of its own so that its CPU time is not counted.
 * Prints the port that it listens on. `GET /<rows>/...` is answered with that many rows.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

/** A row in the fields of 1.1.0, about 295 bytes. */
const row = (at: number): string => {
  const digits = `${(at * 2_654_435_761) % 100_000_000}`.padStart(8, "0")
  return (
    `{"amount":${at % 1_000}.${digits},"currency":"BTC","description":"Deposit ${at}","fees":0.000${digits.slice(4)},` +
    `"orderId":"2026${digits}${at}","status":10,"timestamp":${1_770_000_000_000 + at * 1_000},"type":"Deposit",` +
    `"username":"btseUser","wallet":"@SPOT","txid":"${digits.repeat(8)}","currencyNetwork":"BITCOIN"}`
  )
}

const page = (rows: number): Buffer => Buffer.from(`[${Array.from({ length: rows }, (_, at) => row(at)).join(",")}]`)

const pages = new Map<string, Buffer>()

const server = createServer(({ url = "" }, response) => {
  const rows = url.split("/")[1] ?? ""
  const body = pages.get(rows) ?? page(Number(rows))
  pages.set(rows, body)
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length })
  response.end(body)
})

server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))
