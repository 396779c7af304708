import { ExchangeOrigin } from "@btse-wallet/core"
import { describe, expect, it } from "@effect/vitest"

const of = (url: string) => ExchangeOrigin.of(new URL(url))

describe("The origin of an exchange", () => {
  it("is one for every spelling of a host, its port and a path", () => {
    const spellings = [
      "https://api.btse.com/spot",
      "https://API.BTSE.COM",
      "https://api.btse.com:443/spot/",
      "https://api.btse.com./spot",
      "HTTPS://Api.Btse.com.:443"
    ]
    expect(new Set(spellings.map(of))).toEqual(new Set(["https://api.btse.com"]))
  })

  it("is one for every name of this machine, and another for each port", () => {
    const names = [
      "localhost",
      "LOCALHOST.",
      "127.0.0.1",
      "127.1",
      "127.0.0.53",
      "[::1]",
      "[::ffff:127.0.0.1]",
      "0.0.0.0"
    ]
    expect(new Set(names.map((name) => of(`http://${name}:8420/spot`)))).toEqual(new Set(["http://localhost:8420"]))
    expect(of("http://localhost:8421")).not.toBe(of("http://localhost:8420"))
  })

  it("keeps apart what may be another exchange", () => {
    const others = [
      "https://api.btse.com",
      "http://api.btse.com",
      "https://testapi.btse.io",
      "https://api.btse.com:8443",
      "https://localhost.btse.com",
      "https://128.0.0.1"
    ]
    expect(new Set(others.map(of)).size).toBe(others.length)
  })

  it("of a text that is no URL is the text", () => {
    expect(ExchangeOrigin.fromText("the exchange")).toBe("the exchange")
    expect(ExchangeOrigin.fromText("http://127.0.0.1:80")).toBe("http://localhost")
  })
})
