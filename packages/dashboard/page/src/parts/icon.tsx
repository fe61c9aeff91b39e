import type { VNode } from 'preact';

const PATHS = {
  warn: { size: 18, width: 1.6, d: 'M9 2.8 16 15H2ZM9 7.3v3.6M9 12.9v.1' },
  stop: { size: 18, width: 1.6, d: 'M15.6 9A6.6 6.6 0 1 1 2.4 9a6.6 6.6 0 0 1 13.2 0ZM9 5.6v4M9 12v.1' },
  info: { size: 18, width: 1.6, d: 'M15.6 9A6.6 6.6 0 1 1 2.4 9a6.6 6.6 0 0 1 13.2 0ZM9 8.4v4M9 5.6v.1' },
  search: { size: 14, width: 1.5, d: 'M10.2 6A4.2 4.2 0 1 1 1.8 6a4.2 4.2 0 0 1 8.4 0ZM9.3 9.3l3 3' },
  copy: {
    size: 14,
    width: 1.4,
    d: 'M6 4.5h4.5A1.5 1.5 0 0 1 12 6v4.5a1.5 1.5 0 0 1-1.5 1.5H6a1.5 1.5 0 0 1-1.5-1.5V6A1.5 1.5 0 0 1 6 4.5ZM9.5 2.2H3.7A1.5 1.5 0 0 0 2.2 3.7v5.8',
  },
  pause: { size: 12, width: 2.4, d: 'M3.3 2v8M8.7 2v8' },
  play: { size: 12, width: 1.6, d: 'M3 1.8v8.4L10 6Z' },
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing of one line. It never stands without a word. */
export function Icon({ name }: { readonly name: IconName }): VNode {
  const { size, width, d } = PATHS[name];
  return (
    <svg width={size} height={size} viewBox={`0 0 ${size} ${size}`} aria-hidden="true">
      <path
        d={d}
        fill="none"
        stroke="currentColor"
        stroke-width={width}
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

/** Half light, half dark. */
export function ThemeIcon(): VNode {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="1.5" />
      <path d="M8 2.4a5.6 5.6 0 0 1 0 11.2Z" fill="currentColor" />
    </svg>
  );
}

export function Logo(): VNode {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
      <rect width="20" height="20" rx="5" fill="var(--ink)" />
      <path d="M4.5 6h11M4.5 10h7.5M4.5 14h4" stroke="var(--surface)" stroke-width="2" stroke-linecap="round" />
    </svg>
  );
}
