/** The code that a launch put into a page's address, behind the `#`. */

/** Takes it out, so that no history and no bookmark has it. What else is behind the `#` stays. */
export function takeLaunchCode(): string | undefined {
  const { href, hash } = location
  const [taken = '', code] = /[#&]stint=([\w-]+)/.exec(hash) ?? []
  if (!code) return undefined
  const rest = hash.replace(taken, '').replace(/^&/, '#')
  history.replaceState(history.state, '', href.slice(0, -hash.length) + rest)
  return code
}
