// What is shown is in the address, so that it can be kept, sent to others and gone back from: the view is the path,
// all else are parameters. Values are lists of texts.

import { element } from './dom.js';

export const views = ['schedule', 'people', 'history', 'settings'];

const listeners = new Set();

export function currentView() {
    const name = location.pathname.split('/')[1];
    return views.includes(name) ? name : views[0];
}

// The values of a parameter, [] if it is not there.
export function parameterValues(name) {
    return new URLSearchParams(location.search).getAll(name);
}

// Its only, or first, value, '' if it is not there.
export function parameterValue(name) {
    return parameterValues(name)[0] ?? '';
}

// A view with the parameters given; those of other views go.
export function viewOpen(view, parameters = {}) {
    go(viewAddress(view, parameters), 'pushState');
}

// A link that does the same. Clicks that ask for a tab or a window of its own are left to the browser.
export function viewLink(view, parameters, attributes, ...children) {
    const onclick = (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey)
            return;
        event.preventDefault();
        viewOpen(view, parameters);
    };
    return element('a', { href: viewAddress(view, parameters), onclick, ...attributes }, ...children);
}

// Changes parameters of the view that is open; [], '' and null remove one. The change is no step to go back to,
// unless it is a new place.
export function parametersChange(parameters, { isPlace = false } = {}) {
    const query = queryOf(new URLSearchParams(location.search), parameters);
    go(location.pathname + query, isPlace ? 'pushState' : 'replaceState');
}

// Calls `listener` after each change, ours or by the browser's buttons.
export function onAddressChange(listener) {
    listeners.add(listener);
    window.addEventListener('popstate', listener);
}

function viewAddress(view, parameters) {
    return `/${view}${queryOf(new URLSearchParams(), parameters)}`;
}

function go(address, how) {
    if (address === location.pathname + location.search)
        return;
    history[how](null, '', address);
    announce();
}

function announce() {
    for (const listener of listeners)
        listener();
}

function queryOf(query, parameters) {
    for (const [name, value] of Object.entries(parameters)) {
        query.delete(name);
        for (const one of [value ?? []].flat())
            one !== '' && query.append(name, one);
    }
    const text = query.toString();
    return text === '' ? '' : `?${text}`;
}
