// Stops `npm start` and `npm test` with one clear line on a Node that is too old. Plain JavaScript, so that
// an old Node can read it. (22.18 is the first that runs TypeScript without a flag.)

const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Stint needs Node 22.18 or newer, this is ${process.version}: ` +
      'on Linux `npm install` brings its own; elsewhere install Node 24.',
  )
  process.exit(1)
}
