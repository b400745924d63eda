#!/usr/bin/env node
/** What `stint` is on a path. An old Node can't load the rest, as it has no `node:sqlite`: here it says so in one line. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 18)) {
  void import('./commands.ts').then(({ runCommand }) => runCommand(process.argv.slice(2)))
} else {
  console.error(`stint needs Node 22.18 or newer, this is ${process.version}: install Node 24.`)
  process.exitCode = 1
}
