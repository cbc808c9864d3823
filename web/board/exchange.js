// Showing anew what may look as before: what is the same stays, and so do the focus and the place that one reads at.

const focusable = 'button, a, [tabindex]';

// Makes `node` the content of `place`. What had the focus is known again by its data-key, or that of what it is in.
export function contentExchange(place, node) {
    if (place.childNodes.length === 1 && place.firstChild.isEqualNode(node))
        return;
    const focused = place.contains(document.activeElement) ? document.activeElement.closest('[data-key]') : null;
    place.replaceChildren(node);
    if (focused === null)
        return;
    const { key } = focused.dataset;
    const found = [...place.querySelectorAll('[data-key]')].find((one) => one.dataset.key === key);
    (found?.matches(focusable) ? found : found?.querySelector(focusable))?.focus({ preventScroll: true });
}
