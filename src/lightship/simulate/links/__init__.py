"""Lines to the world that fail as told: cuts, loss in bursts, dead targets, brown-outs, portals; with their truth."""
