/** Who may use a service: the bearer of a known token, and where a scope is documented one that has it. */
import { toImsFailure } from './answers.ts'
import type { Tokens } from './tokens.ts'

/**
 * A Hono middleware that answers 401 or 403, or lets the request through. Any one of `scopes` is enough, and without
 * any the token alone. Source: Timeback Caliper and OneRoster OpenAPI.
 */
export function createGuard(tokens: Tokens, ...scopes: readonly string[]) {
  return async (
    { req }: { req: { raw: Request } },
    next: () => Promise<void>,
  ): Promise<Response | void> => refuse(tokens, req.raw, scopes) ?? next()
}

/** `jwt expired` is the sentence that clients look for. Source: a public client's retry rule. */
function refuse(tokens: Tokens, request: Request, scopes: readonly string[]): Response | undefined {
  const bearer = tokens.check(request.headers.get('authorization'))
  if (bearer.ok) {
    const isAllowed = scopes.length === 0 || scopes.some((scope) => bearer.scopes.includes(scope))
    return isAllowed ? undefined : toImsFailure(403, `missing scope ${scopes[0]}`)
  }
  switch (bearer.reason) {
    case 'missing':
      return toImsFailure(401, 'missing bearer token')
    case 'unknown':
      return toImsFailure(401, 'invalid token')
    case 'expired':
      return toImsFailure(401, 'jwt expired')
  }
}
