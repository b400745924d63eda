/** The token endpoint: credentials come in the form body; HTTP Basic is not read. */
import { Hono } from 'hono'
import { toOAuthFailure } from './answers.ts'
import { readForm } from './body.ts'
import type { Tokens } from './tokens.ts'

export interface TokenRouteParts {
  tokens: Tokens
  tokenLifeSeconds: number
  invalidClientStatus: 400 | 401
}

/** `POST /oauth2/token`. Source: Timeback docs (Amazon Cognito, client credentials), RFC 6749. */
export function createTokenRoute(parts: TokenRouteParts): Hono {
  const { tokens, tokenLifeSeconds, invalidClientStatus } = parts
  const routes = new Hono()
  routes.post('/oauth2/token', async ({ req }) => {
    const form = await readForm(req.raw)
    if (!form) return toOAuthFailure(400, 'invalid_request')
    const minted = tokens.mint(form)
    if (!minted.ok) {
      const status = minted.error === 'invalid_client' ? invalidClientStatus : 400
      return toOAuthFailure(status, minted.error)
    }
    const body = {
      access_token: minted.accessToken,
      expires_in: tokenLifeSeconds,
      token_type: 'Bearer',
    }
    return Response.json(body, { headers: { 'cache-control': 'no-store' } })
  })
  return routes
}
