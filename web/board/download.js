// Files that the page makes.

import { dayText, today } from './dates.js';

// `type` is the media type of the text.
export function fileDownload(name, type, text) {
    const address = URL.createObjectURL(new Blob([text], { type }));
    const link = document.createElement('a');
    link.href = address;
    link.download = name;
    link.click();
    // Some browsers read it only after they have asked the person where to.
    setTimeout(() => URL.revokeObjectURL(address), 60000);
}

// "schedule-2026-01-31.json"
export function nameOfToday(what, extension) {
    return `${what}-${dayText(today())}.${extension}`;
}
