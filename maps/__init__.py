"""Results become Folium maps and their page. No planning arithmetic happens here."""
