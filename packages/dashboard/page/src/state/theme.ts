import { effect, signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'tta-theme';
const ORDER: readonly Theme[] = ['system', 'light', 'dark'];

/** What the reader chose. */
export const theme = signal<Theme>(stored());
/** Grows when the colours have changed: charts read the tokens anew. */
export const paletteVersion = signal(0);

/** Goes on to the next theme: that of the system, light, dark. */
export function nextTheme(): void {
  theme.value = ORDER[(ORDER.indexOf(theme.value) + 1) % ORDER.length] ?? 'system';
}

/** Applies the theme, now and whenever the choice or the system changes. */
export function followTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const isDark = theme.value === 'system' ? dark.matches : theme.value === 'dark';
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
    paletteVersion.value = paletteVersion.peek() + 1;
  };
  dark.addEventListener('change', apply);
  effect(() => {
    apply();
    store(theme.value);
  });
}

/** A colour of the tokens, as the theme has it now. */
export function colour(token: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}

function stored(): Theme {
  try {
    return ORDER.find((one) => one === localStorage.getItem(KEY)) ?? 'system';
  } catch {
    return 'system'; // storage is forbidden: the choice lasts until the page is closed
  }
}

function store(choice: Theme): void {
  try {
    if (choice === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // storage is forbidden: the choice lasts until the page is closed
  }
}
