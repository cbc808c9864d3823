// The two languages of the page. Every module keeps its own texts beside its code, each as a pair:
//
//     const t = texts({ saved: ['已保存', 'Saved'], days: [(n) => `${n} 天`, (n) => `${n} days`] });
//     t('saved'); t('days', 3);
//
// so that no text is forgotten in one of them. A language is chosen once, before anything is shown;
// changing it builds the page anew.

const kept = 'schedule-language';
const languages = ['zh', 'en'];
let current = 0;

// The person's own choice, else the browser's first language that we have, else English.
export function chooseLanguage() {
    const wanted = [storedLanguage(), ...navigator.languages].map((name) => String(name).slice(0, 2).toLowerCase());
    current = languages.indexOf(wanted.find((name) => languages.includes(name)) ?? 'en');
    document.documentElement.lang = locale();
}

// Storage can be forbidden by the browser's settings; the page works without.
function storedLanguage() {
    try {
        return localStorage.getItem(kept);
    } catch {
        return null;
    }
}

export function language() {
    return languages[current];
}

export function otherLanguage() {
    return languages[1 - current];
}

export function setLanguage(name) {
    current = languages.indexOf(name);
    document.documentElement.lang = locale();
    try {
        localStorage.setItem(kept, name);
    } catch {
        // Then it holds until the page is loaded again.
    }
}

export function locale() {
    return ['zh-CN', 'en-GB'][current];
}

// A function that gives the text of a name, in the current language at the time of the call. Its `has` tells whether
// there is such a text, for names that come from outside.
export function texts(table) {
    const text = (name, ...values) => {
        const found = table[name][current];
        return typeof found === 'function' ? found(...values) : found;
    };
    text.has = (name) => Object.hasOwn(table, name);
    return text;
}

// Making one of Intl's formatters costs a thousand times what using it does.
const formatters = new Map();

// One of Intl's formatters, by the name of its kind, in the current language.
export function formatter(kind, options) {
    const key = `${locale()} ${kind} ${JSON.stringify(options)}`;
    if (!formatters.has(key))
        formatters.set(key, new Intl[kind](locale(), options));
    return formatters.get(key);
}

// "Ann, Bob", "张伟、李娜"
export function namesShown(names) {
    return formatter('ListFormat', { type: 'conjunction', style: 'narrow' }).format(names);
}

export function percentShown(percent) {
    return `${Math.round(percent)}%`;
}

export function sizeShown(bytes) {
    const [amount, unit] = bytes < 1e6 ? [Math.ceil(bytes / 1000), 'kilobyte'] : [bytes / 1e6, 'megabyte'];
    return formatter('NumberFormat', { style: 'unit', unit, maximumFractionDigits: 1 }).format(amount);
}

export function byName(left, right) {
    return formatter('Collator', { numeric: true }).compare(left, right);
}
