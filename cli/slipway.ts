#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError } from "commander"
import { EXIT, fail } from "./output.ts"

const program = new Command("slipway")
  .description("The release desk: from a folder of files to a published, proven release.")
  .option("--json", "print the result as JSON")
  .showHelpAfterError("(slipway --help lists the commands)")
  .exitOverride()

program
  .command("ship <folder>")
  .description("upload a folder to the inbox and follow the release to its end")
  .option("--tag <tag>", "the batch's tag; by default the folder's name if it is one, else what VERSION names")
  .option("--state <dir>", "where the local stack keeps its state", ".slipway")
  .action(async (folder, options) => (await import("./ship.ts")).ship(folder, { ...program.opts(), ...options }))

program
  .command("publish <folder>")
  .description("run the same pipeline here, without Azure; the folder stays as it is")
  .option("--dry-run", "show the plan and write nothing")
  .option("--allow-same-bytes", "release a new version though its installer is the one before")
  .option("--state <dir>", "where digests and records are remembered", ".slipway")
  .action(async (folder, options) => (await import("./publish.ts")).publish(folder, { ...program.opts(), ...options }))

program
  .command("verify")
  .description("prove from here what clients see: releases, update server, download, VM")
  .option("--checks <names>", "only these, separated by commas")
  .option("--deep", "read every byte of the download")
  .option("--markdown", "print the report as Markdown")
  .option("--watch", "go on until Ctrl-C, and show what changes")
  .option("--every <seconds>", "with --watch: the pause between two runs", seconds, 60)
  .option("--state <dir>", "where the local stack keeps its state", ".slipway")
  .action(async (options) => (await import("./verify.ts")).verify({ ...program.opts(), ...options }))

program
  .command("version [X.Y.Z.W]")
  .description("show every place that repeats the version, or change them all in one commit")
  .option("--check", "exit 2 when one does not agree with VERSION")
  .option("--dry-run", "show what would change, and change nothing")
  .option("--force", "take a version that is older")
  .option("--directory <dir>", "a checkout on this machine instead of the repository on GitHub; nothing is committed")
  .option("--state <dir>", "where the local stack keeps its state", ".slipway")
  .action(async (wanted, options) => (await import("./version.ts")).version(wanted, { ...program.opts(), ...options }))

program
  .command("status [tag]")
  .description("show what is released, and what waits for what")
  .option("--state <dir>", "where the local stack keeps its state", ".slipway")
  .action(async (tag, options) => (await import("./status.ts")).status(tag, { ...program.opts(), ...options }))

program
  .command("doctor")
  .description("check configuration, credentials and permissions, each with its remedy")
  .option("--state <dir>", "where the local stack keeps its state", ".slipway")
  .action(async (options) => (await import("./doctor.ts")).doctor({ ...program.opts(), ...options }))

for (const command of program.commands) command.option("--json", "print the result as JSON").exitOverride()

function seconds(text: string): number {
  const value = Number(text)
  if (text !== "" && Number.isInteger(value) && value >= 1 && value <= 86_400) return value
  throw new InvalidArgumentError("expected whole seconds, from 1 to 86400")
}

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) fail(error, process.argv.includes("--json"))
  else if (error.exitCode !== 0) process.exitCode = EXIT.usage
}
