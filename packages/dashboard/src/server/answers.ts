/** Sent with everything: the page loads nothing from elsewhere, runs no script of its HTML, and is shown in no frame. */
const SECURITY = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

type Body = ConstructorParameters<typeof Response>[0];
type Headers = Readonly<Record<string, string>>;

/** An answer that no cache keeps, unless its headers say otherwise. */
export function answer(body: Body, headers: Headers, status = 200): Response {
  return new Response(body, { status, headers: { 'Cache-Control': 'no-store', ...SECURITY, ...headers } });
}

export function answerJson(value: unknown, headers: Headers = {}): Response {
  return answer(JSON.stringify(value), { 'Content-Type': 'application/json; charset=utf-8', ...headers });
}

/** A refusal in one sentence. */
export function refuse(status: number, sentence: string, headers: Headers = {}): Response {
  return answer(`${sentence}\n`, { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, status);
}
