import { isSameSecret, isThisMachine } from 'tta-dev-primitives/internal';
import { answer, refuse } from './answers.ts';

const COOKIE = 'tta-dashboard';

/**
 * Refuses what a page of another site could have a browser ask for: a name that was pointed to this machine (DNS rebinding), another
 * origin; and everybody without the token, where one is set.
 *
 * @returns the refusal, a redirect that keeps the token in a cookie, or undefined to go on
 */
export function refusalOf(request: Request, token: string | undefined): Response | undefined {
  const url = new URL(request.url);
  if (token === undefined && !isThisMachine(url.hostname)) {
    return refuse(403, 'the dashboard is on loopback only; ask for http://127.0.0.1, not for a name, or set a token');
  }
  if (!isOwnOrigin(request, url)) return refuse(403, 'the dashboard answers its own page only');
  if (token === undefined) return undefined;
  const given = url.searchParams.get('token');
  if (given !== null && isSameSecret(given, token)) return signIn(url, token);
  const shown = bearerOf(request) ?? cookieOf(request);
  if (shown !== undefined && isSameSecret(shown, token)) return undefined;
  return refuse(401, 'the dashboard needs its token: open the link that was printed when it started');
}

/** A link from another site may open the page; nothing but the page itself may ask for its data. */
function isOwnOrigin({ headers }: Request, { host }: URL): boolean {
  const origin = headers.get('origin');
  if (origin !== null) return URL.canParse(origin) && new URL(origin).host === host;
  return headers.get('sec-fetch-site') !== 'cross-site' || headers.get('sec-fetch-mode') === 'navigate';
}

/** Takes the token out of the address, where others would see it. */
function signIn({ pathname, searchParams }: URL, token: string): Response {
  const rest = new URLSearchParams(searchParams);
  rest.delete('token');
  return answer(
    null,
    {
      Location: rest.size === 0 ? pathname : `${pathname}?${rest}`,
      'Set-Cookie': `${COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`,
    },
    303,
  );
}

function bearerOf({ headers }: Request): string | undefined {
  return /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
}

function cookieOf({ headers }: Request): string | undefined {
  for (const part of (headers.get('cookie') ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === COOKIE && value !== undefined) return decoded(value);
  }
  return undefined;
}

/** Undefined for a cookie that this server did not set. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
