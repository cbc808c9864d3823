import { element } from './dom.js';
export function emptyState(keeper) {
    return element('div', {}, 'empty');
}
