import { element } from './dom.js';
export function mergeReport(keeper) {
    return element('div', { hidden: true });
}
