console.debug("rounds");
