/**
 * The part of playwright-core that the tests of the page use. Its own types name the types of the DOM, which code for Node.js does not load.
 */

export interface Locator {
  first(): Locator;
  nth(index: number): Locator;
  locator(selector: string, options?: { readonly hasText?: string }): Locator;
  waitFor(options?: { readonly state?: 'attached' | 'detached' | 'visible' | 'hidden' }): Promise<void>;
  click(): Promise<void>;
  hover(): Promise<void>;
  count(): Promise<number>;
  allTextContents(): Promise<string[]>;
  textContent(): Promise<string | null>;
  getAttribute(name: string): Promise<string | null>;
}

export interface Page {
  on(event: 'pageerror', listener: (error: Error) => void): this;
  on(event: 'dialog', listener: (dialog: { message(): string }) => void): this;
  on(event: 'console', listener: (message: { type(): string; text(): string }) => void): this;
  goto(url: string): Promise<unknown>;
  reload(): Promise<unknown>;
  goBack(): Promise<unknown>;
  context(): BrowserContext;
  url(): string;
  evaluate(expression: string): Promise<unknown>;
  screenshot(options: { readonly fullPage: boolean }): Promise<Buffer>;
  setViewportSize(size: { readonly width: number; readonly height: number }): Promise<void>;
  locator(selector: string, options?: { readonly hasText?: string }): Locator;
  getByRole(role: 'button', options: { readonly name: string }): Locator;
  getByText(text: string, options?: { readonly exact?: boolean }): Locator;
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  readonly mouse: { wheel(deltaX: number, deltaY: number): Promise<void> };
}

/** Speaks with the browser in its own protocol. */
export interface CDPSession {
  send(method: string, parameters?: object): Promise<unknown>;
  on(event: string, listener: (parameters: object) => void): this;
  once(event: string, listener: (parameters: object) => void): this;
}

export interface BrowserContext {
  setDefaultTimeout(timeoutMs: number): void;
  newPage(): Promise<Page>;
  newCDPSession(page: Page): Promise<CDPSession>;
  close(): Promise<void>;
}

export interface Browser {
  newContext(options: {
    readonly viewport: { readonly width: number; readonly height: number };
    readonly colorScheme: 'light' | 'dark';
    readonly timezoneId: string;
    readonly reducedMotion: 'reduce' | 'no-preference';
  }): Promise<BrowserContext>;
  newBrowserCDPSession(): Promise<CDPSession>;
  close(): Promise<void>;
}

export declare const chromium: {
  launch(options: { readonly executablePath: string; readonly args: readonly string[] }): Promise<Browser>;
};
