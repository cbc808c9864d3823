// Where the chart is scrolled to, and how it stays there.

import { localDate, today } from './dates.js';
import { barDates } from './gantt_scales.js';
import { periodsSpan } from './plan.js';

const friction = 0.0025; // of its speed, that a flick loses in a millisecond
const slowest = 0.05; // pixels in a millisecond

export class ChartScroll {
    #gantt;
    #rowHeight;
    #frame = 0;

    constructor(gantt, rowHeight) {
        this.#gantt = gantt;
        this.#rowHeight = rowHeight;
    }

    get #width() {
        return this.#gantt.$task.clientWidth;
    }

    get #height() {
        return this.#gantt.$grid_data.clientHeight;
    }

    // The first place of a row that is to be seen as a whole; how many are.
    get firstPlace() {
        return Math.ceil(this.#gantt.getScrollState().y / this.#rowHeight);
    }

    get placesShown() {
        return Math.max(1, Math.floor(this.#height / this.#rowHeight));
    }

    isShown(place) {
        return place >= this.firstPlace && place < this.firstPlace + this.placesShown;
    }

    // A day is to be at a share of the width, from the left.
    toDate(date, share) {
        this.#gantt.scrollTo(Math.max(0, this.#gantt.posFromDate(date) - share * this.#width), null);
    }

    // To today, unless all there is to see is elsewhere.
    toFirst(rows) {
        const day = today();
        const first = periodsSpan(rows).start;
        const isNear = ({ start, end }) => start !== null && start <= day + 14 && end >= day - 14;
        this.toDate(localDate(first === null || rows.some(isNear) ? day : first), 0.3);
    }

    // -> a function that brings the moment at a share of the width back there.
    keepDate(share) {
        const date = this.#gantt.dateFromPos(this.#gantt.getScrollState().x + share * this.#width);
        return () => this.toDate(date, share);
    }

    // -> a function that brings a row, by its new place, back to where it is.
    keepPlace(place) {
        const offset = place * this.#rowHeight - this.#gantt.getScrollState().y;
        return (next) => this.#gantt.scrollTo(null, Math.max(0, next * this.#rowHeight - offset));
    }

    // Makes a row visible, and at least some of its bar.
    reveal(row, place) {
        const { x, y } = this.#gantt.getScrollState();
        const top = place * this.#rowHeight;
        const bottom = top + this.#rowHeight;
        if (top < y || bottom > y + this.#height)
            this.#gantt.scrollTo(null, top < y ? top : bottom - this.#height);
        if (row.start === null)
            return;
        const { start_date: start, end_date: end } = barDates(row.start, row.end);
        const margin = 20;
        if (this.#gantt.posFromDate(end) < x + margin || this.#gantt.posFromDate(start) > x + this.#width - margin)
            this.toDate(start, 0.2);
    }

    // The library stops where a finger lets go; here it glides on, as everything else does.
    glide() {
        const { $root: root } = this.#gantt;
        let trace = []; // { x, y, time } of where it was scrolled to
        const note = (event) => {
            const { x, y } = this.#gantt.getScrollState();
            trace.push({ x, y, time: event.timeStamp });
        };
        root.addEventListener('touchstart', (event) => {
            cancelAnimationFrame(this.#frame);
            trace = [];
            note(event);
        }, { passive: true });
        root.addEventListener('touchmove', note, { passive: true });
        root.addEventListener('touchend', (event) => {
            const last = trace.at(-1);
            const first = trace.findLast(({ time }) => time < last.time - 40);
            if (first === undefined || event.timeStamp - last.time > 60)
                return;
            const [speedX, speedY] = ['x', 'y'].map((name) => (last[name] - first[name]) / (last.time - first.time));
            this.#glideFrom(last, speedX, speedY);
        }, { passive: true });
    }

    #glideFrom({ x, y }, speedX, speedY) {
        const begin = performance.now();
        const step = (now) => {
            const share = Math.exp(-friction * (now - begin));
            const way = (1 - share) / friction;
            this.#gantt.scrollTo(Math.max(0, x + speedX * way), Math.max(0, y + speedY * way));
            glide(share);
        };
        const glide = (share) => {
            if (Math.hypot(speedX, speedY) * share > slowest)
                this.#frame = requestAnimationFrame(step);
        };
        glide(1);
    }

    close() {
        cancelAnimationFrame(this.#frame);
    }
}
