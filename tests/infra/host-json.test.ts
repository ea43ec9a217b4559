import { describe, expect, it } from "vitest"
import host from "../../host.json" with { type: "json" }

// https://learn.microsoft.com/azure/azure-functions/functions-host-json
describe("host.json", () => {
  it("brings the queue trigger, which is no part of the host", () => {
    expect(host.extensionBundle).toEqual({
      id: "Microsoft.Azure.Functions.ExtensionBundle",
      version: expect.stringMatching(/^\[4\./),
    })
  })

  it("takes one message at a time, and lays it aside after five tries", () => {
    expect(host.extensions.queues).toMatchObject({ batchSize: 1, newBatchThreshold: 0, maxDequeueCount: 5 })
  })

  it("never samples a line of ours, an error among them", () => {
    const { excludedTypes } = host.logging.applicationInsights.samplingSettings
    expect(excludedTypes.split(";").toSorted()).toEqual(["Exception", "Request", "Trace"])
    expect(host.logging.logLevel).toMatchObject({ default: "Warning", Function: "Information" })
  })

  it("lets a run of the checks end by itself", () => {
    const [hours = 0, minutes = 0] = host.functionTimeout.split(":").map(Number)
    expect(60 * hours + minutes).toBe(30)
    expect(host.healthMonitor.enabled).toBe(true)
  })
})
