import { menuButton } from './menu.js';
export function transferMenu(keeper) {
    return menuButton({ icon: 'menu', label: 'menu' }, []);
}
